// Writes the page of all functions, docs/functions.md, to standard output.

import Expressions

print(FunctionPage.text, terminator: "")

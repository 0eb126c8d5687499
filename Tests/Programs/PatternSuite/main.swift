// Runs files of the test data of github.com/rust-lang/regex (`testdata/*.toml`), and prints how many of the cases ran,
// which were left out, and those whose matches differ:
//
//     PatternSuite FILE...
//
// It ends with 1 if a case fails.

import Diagnostics
import Expressions
import Glibc
import Platform
import TOML

var passed = 0
var leftOut: [String: Int] = [:]
var failures: [String] = []

for path in CommandLine.arguments.dropFirst() {
    let document = try TOMLDocument(InputFile(path).readAll(atMost: 16 << 20), name: path)
    let file = path.split(separator: "/").suffix(2).joined(separator: "/")
    for test in document.root["test"].elements.map({ SuiteCase(test: $0, file: file) }) {
        if let reason = test.reasonToLeaveOut {
            leftOut[reason, default: 0] += 1
        } else if let failure = test.failure {
            failures.append("\(file): \(test.name): \(failure)")
        } else {
            passed += 1
        }
    }
}

for failure in failures { print(failure) }
print("\(passed) passed, \(failures.count) failed, \(leftOut.values.reduce(0, +)) left out:")
for (reason, count) in leftOut.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) { print("  \(count) \(reason)") }
if !failures.isEmpty || passed == 0 { exit(1) }

// The modules that build on this one use its errors.
@_exported public import Diagnostics

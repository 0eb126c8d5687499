// The floors below name its errors.
@_exported public import Diagnostics

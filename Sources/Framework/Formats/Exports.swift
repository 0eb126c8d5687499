// Code that reads a format also names the source of its bytes.
@_exported public import Platform

// Whoever reads a format names the bytes it comes from.
@_exported public import Platform

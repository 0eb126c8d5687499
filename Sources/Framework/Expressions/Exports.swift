// Code that computes with expressions also names batches and findings.
@_exported public import Diagnostics
@_exported public import Options
@_exported public import Records

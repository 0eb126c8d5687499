// The types that callers of jobs use: reports, scopes, progress.
@_exported public import Pipelines
@_exported public import Runs

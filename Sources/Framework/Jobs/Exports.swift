// What a caller of jobs has in its hands: reports, scopes, progress.
@_exported public import Pipelines
@_exported public import Runs

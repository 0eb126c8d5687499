// One import of PluginKit gives a plugin author the modules that the contracts use.
@_exported public import Diagnostics
@_exported public import Formats
@_exported public import HTTP
@_exported public import Metrics
@_exported public import Options
@_exported public import Platform
@_exported public import Records

// What a plugin author needs comes with one import.
@_exported public import Diagnostics
@_exported public import Records

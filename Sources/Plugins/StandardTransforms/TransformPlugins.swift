public import PluginKit

/// The transforms for records of any kind.
public enum TransformPlugins {
    /// All transforms of this module.
    public static let all: [any Plugin.Type] = [
        Join.self, Number.self, Unique.self, Route.self,
        Filter.self, SetColumns.self, Validate.self,
        Select.self, Rename.self, Cast.self, Limit.self, Sample.self, Explode.self, Flatten.self, Unpivot.self,
        Sort.self, Aggregate.self, Dedupe.self,
    ]
}

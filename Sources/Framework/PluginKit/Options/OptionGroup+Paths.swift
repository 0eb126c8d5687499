package import Diagnostics

extension OptionGroup {
    /// The files that the options say are written, each with where that is said: nil if a default says it.
    package var outputPaths: [(path: OutputPath, place: Diagnostic.Place?)] {
        Mirror(reflecting: self).children.compactMap { child in
            guard let option = child.value as? any BoundOption, let path = option.boundValue as? OutputPath else {
                return nil
            }
            return (path, option.place)
        }
    }

    /// The values of the options as they would stand in a file, by their names; empty for one that was left out, and a
    /// secret stands as `•••`.
    package var literals: [String: String] {
        Mirror(reflecting: self).children.reduce(into: [:]) { literals, child in
            // The storage of a wrapped property `pageSize` is called `_pageSize`.
            guard let label = child.label, label.hasPrefix("_"), let option = child.value as? any BoundOption else {
                return
            }
            literals[String(label.dropFirst()).snakeCased] = option.description
        }
    }
}

/// An option of any type, once it has its value.
private protocol BoundOption: CustomStringConvertible {
    var boundValue: Any { get }
    var place: Diagnostic.Place? { get }
}

extension Option: BoundOption {
    fileprivate var boundValue: Any { wrappedValue }
    fileprivate var place: Diagnostic.Place? { projectedValue }
}

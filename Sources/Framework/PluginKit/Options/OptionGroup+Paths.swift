package import Diagnostics

/// A file that an option names, and what the plugin does with it.
package struct DeclaredFile: Sendable {
    /// What the plugin does with it.
    package enum Use: Sendable {
        /// It reads the file or folder.
        case reads(InputPath)
        /// It writes the file, or several with numbered names.
        case writes(OutputPath)
        /// It keeps the file for itself from run to run.
        case keeps(KeptPath)
    }

    package let use: Use
    /// Where the option is written; nil if a default names the file.
    package let place: Diagnostic.Place?
}

extension OptionGroup {
    /// The files that the options name, by the types of the options, in the order of declaration; lists included.
    package var declaredFiles: [DeclaredFile] {
        boundOptions.flatMap { option in
            Self.uses(option.boundValue).map { DeclaredFile(use: $0, place: option.place) }
        }
    }

    /// What is to happen to files that are there already; nil if the group has no such option or it is not given.
    package var onExisting: OnExisting? {
        boundOptions.lazy.compactMap { $0.boundValue as? OnExisting }.first
    }

    /// Whether the group has an option of the type `OnExisting`.
    package static var offersOnExisting: Bool { definitions.contains { $0.name == "on_existing" } }

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

    private var boundOptions: [any BoundOption] {
        Mirror(reflecting: self).children.compactMap { $0.value as? any BoundOption }
    }

    private static func uses(_ value: Any) -> [DeclaredFile.Use] {
        switch value {
        case let path as InputPath: [.reads(path)]
        case let path as OutputPath: [.writes(path)]
        case let path as KeptPath: [.keeps(path)]
        case let paths as [InputPath]: paths.map { .reads($0) }
        case let paths as [OutputPath]: paths.map { .writes($0) }
        case let paths as [KeptPath]: paths.map { .keeps($0) }
        default: []
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

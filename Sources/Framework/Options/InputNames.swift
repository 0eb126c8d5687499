/// The value of an option that names files which the plugin reads.
///
/// The binder finds them by this protocol, so that no output of the same run replaces one.
package protocol InputNames {
    /// Files and folders.
    var inputPaths: [InputPath] { get }
    /// Patterns: every file with such a name is read.
    var inputPatterns: [Glob] { get }
    /// Whether standard input is read, which can be done once.
    var readsStandardInput: Bool { get }
}

extension InputPath: InputNames {
    package var inputPaths: [InputPath] { [self] }
    package var inputPatterns: [Glob] { [] }
    package var readsStandardInput: Bool { false }
}

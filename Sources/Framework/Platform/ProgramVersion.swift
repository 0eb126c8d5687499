/// The version of the program, as it says it to people and to servers.
package enum ProgramVersion {
    /// The version.
    package static let text = "0.1.0"
}

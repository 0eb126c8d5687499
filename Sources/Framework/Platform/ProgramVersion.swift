/// The program's version, as shown to users and sent to servers.
package enum ProgramVersion {
    /// The version number.
    package static let text = "0.1.0"
}

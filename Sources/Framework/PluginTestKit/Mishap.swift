/// An error that the framework does not know.
package struct Mishap: Error, CustomStringConvertible {
    /// Creates the error.
    package init() {}

    package var description: String { "a mishap" }
}

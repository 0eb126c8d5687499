/// An error that the framework does not know.
package struct Mishap: Error, CustomStringConvertible {
    /// A mishap.
    package init() {}

    package var description: String { "a mishap" }
}

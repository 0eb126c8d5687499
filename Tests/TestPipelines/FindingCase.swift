import Testing

/// A pipeline with something wrong in it, and what is said about it, whole.
package struct FindingCase: CustomTestStringConvertible, Sendable {
    package let testDescription: String
    package let pipeline: String
    package let findings: String

    package init(_ name: String, _ pipeline: String, _ findings: String) {
        testDescription = name
        self.pipeline = pipeline
        self.findings = findings
    }
}

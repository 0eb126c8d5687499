import Testing

/// A pipeline with something wrong in it, and what is said about it, whole.
struct FindingCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let pipeline: String
    let findings: String

    init(_ name: String, _ pipeline: String, _ findings: String) {
        testDescription = name
        self.pipeline = pipeline
        self.findings = findings
    }
}

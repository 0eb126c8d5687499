import Diagnostics

/// What is refused, as a person would read it; nil if nothing is.
func refusal(_ body: () throws -> Void) throws -> String? {
    do {
        try body()
        return nil
    } catch let error as DiagnosticList {
        return error.all.map { $0.rendered() }.joined(separator: "\n")
    } catch let error as Diagnostic {
        return error.rendered()
    }
}

import PluginKit
import Synchronization

/// Puts its label round the input and the answer of pages and writes.
struct Label: Middleware {
    static let name = "label"
    static let summary = "Labels calls."
    static let wraps: Set<CallKind> = [.page, .write]

    struct Options: OptionGroup {
        @Option("The label.") var label = "a"
        @Option("How often the call is made.") var times = 1
    }

    private let label: String
    private let times: Int

    init(_ options: Options, in context: StageContext) {
        self.init(options.label, times: options.times)
    }

    init(_ label: String, times: Int = 1) {
        self.label = label
        self.times = times
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        var inner = call
        if let input = call.input as? String, let labelled = "\(input)\(label)" as? Input { inner.input = labelled }
        for _ in 1..<times { _ = try? await next(inner) }
        let answer = try await next(inner)
        if let text = answer as? String, let labelled = "\(text)\(label.uppercased())" as? Output { return labelled }
        return answer
    }
}

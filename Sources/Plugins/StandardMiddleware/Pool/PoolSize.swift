package import PluginKit

/// How many calls a pool lets in at the same time: a number, or as many as the other side can take.
package enum PoolSize: OptionValue, Hashable {
    /// So many.
    case fixed(Int)
    /// As many as the other side can take.
    case adaptive

    /// The most places that a pool may have.
    static let most = 10_000

    package static var shape: OptionShape { .other("a whole number, or \"adaptive\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        // What is no number may be the word, which is looked at next.
        if let number = try? input.integer(expected: Self.shape) {
            guard 1...Int64(Self.most) ~= number else {
                throw Diagnostic(
                    "option.range",
                    message: "\(number) is out of range",
                    at: .text(input.range),
                    hint: "allowed: 1...\(Self.most), or \"adaptive\""
                )
            }
            self = .fixed(Int(number))
        } else if try input.text(expected: Self.shape) == "adaptive" {
            self = .adaptive
        } else {
            throw input.mismatch(Self.shape)
        }
    }

    package var literal: String {
        switch self {
        case .fixed(let number): "\(number)"
        case .adaptive: "\"adaptive\""
        }
    }
}

package import PluginKit

/// The size of a pool: a fixed number, or as many calls as the server can handle.
package enum PoolSize: OptionValue, Hashable {
    /// A fixed number.
    case fixed(Int)
    /// As many calls as the server can handle.
    case adaptive

    /// The largest size of a pool.
    static let most = 10_000

    package static var shape: OptionShape { .other("a whole number, or \"adaptive\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        // A value that is not a number may be the text "adaptive".
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

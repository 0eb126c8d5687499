public import PluginKit
import Synchronization

/// Replaces the last part of network addresses, so that they no longer identify a person.
///
/// `203.0.113.7` becomes `203.0.113.0`, `2001:db8:1:2::7` becomes `2001:db8:1::`.
public struct MaskAddress: MapTransform {
    public static let name = "mask-address"
    public static let summary = "Replaces the last part of network addresses, so that they no longer identify a person."
    public static let details = """
        An address of IPv4 keeps its first `keep` numbers, one of IPv6 its first three groups. Anything else in the \
        column, such as the name of a host, becomes null.
        """
    public static let metrics = [masked]
    private static let masked = MetricDefinition(
        "mask_address_masked_total",
        kind: .counter,
        help: "Addresses of which a part was replaced."
    )

    public struct Options: OptionGroup {
        @Option("The column with the addresses.") public var of: ColumnName
        @Option("How many of the four numbers of an IPv4 address are kept.", in: 1...3) public var keep = 3
        public init() {}
    }

    public let output: Schema
    private let address: Field
    private let keep: Int
    private let count = Count()

    public init(_ options: Options, input: Schema, in context: StageContext) throws {
        address = try input.field(options.of.name, kind: .text, at: options.$of)
        output = input
        keep = options.keep
    }

    public func apply(to batch: inout Batch) {
        var masked = 0
        batch.replace(address) { batch, out in
            for row in 0..<batch.count {
                guard let text = batch.text(row, in: address), let mask = Self.mask(text, keeping: keep) else {
                    out.appendNull()
                    continue
                }
                out.append(mask)
                masked += 1
            }
        }
        count.add(masked)
    }

    /// Shown in the report, and delivered by exporters under the name of its family.
    public var measurements: [Measurement] {
        [Measurement("addresses masked", value: Double(count.value), metric: Self.masked)]
    }

    /// Nil for what is not an address.
    static func mask(_ address: String, keeping keep: Int) -> String? {
        if address.contains(":") {
            let groups = address.prefix { $0 != "%" }.split(separator: ":", omittingEmptySubsequences: false)
            guard 3...8 ~= groups.count, groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }) else {
                return nil
            }
            // What `::` stands for is 0.
            let first = groups.prefix { !$0.isEmpty }.prefix(3)
            return first.joined(separator: ":").lowercased() + "::"
        }
        let numbers = address.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) else { return nil }
        return (numbers.prefix(keep) + Array(repeating: "0", count: 4 - keep)).joined(separator: ".")
    }

    /// Batches may pass side by side, so the count is shared.
    private final class Count: Sendable {
        private let number = Atomic(0)
        var value: Int { number.load(ordering: .relaxed) }
        func add(_ more: Int) { number.add(more, ordering: .relaxed) }
    }
}

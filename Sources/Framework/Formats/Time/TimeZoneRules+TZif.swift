public import Diagnostics

extension TimeZoneRules {
    /// Reads the rules in a TZif file of version 1 to 4 (RFC 8536, RFC 9636).
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - name: The name of the zone: `Europe/Dublin`.
    /// - Throws: `zone.damaged` if the bytes are not a TZif file or are inconsistent; `zone.leap-seconds` for the files
    ///   under `right/`, which count leap seconds.
    public init(parsing bytes: [UInt8], name: String) throws(Diagnostic) {
        var reader = TZifReader(bytes: bytes, name: name)
        self = try reader.rules()
    }
}

private struct TZifReader {
    let bytes: [UInt8]
    let name: String
    var index = 0

    init(bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// RFC 8536 §3.1: the header before each of the two data blocks.
    struct Header {
        var version: UInt8
        var universalFlags, standardFlags, leapSeconds, transitions, types, characters: Int

        func size(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardFlags
                + universalFlags
        }
    }

    mutating func rules() throws(Diagnostic) -> TimeZoneRules {
        let first = try header()
        guard first.version >= UInt8(ascii: "2") else { return try data(first, timeSize: 4, hasFooter: false) }
        try skip(first.size(timeSize: 4))
        return try data(try header(), timeSize: 8, hasFooter: true)
    }

    private mutating func header() throws(Diagnostic) -> Header {
        guard bytes.count - index >= 44 else { throw damaged("it ends before its header does") }
        guard bytes[index..<index + 4].elementsEqual([0x54, 0x5A, 0x69, 0x66]) else {
            throw damaged("it does not begin with 'TZif'")
        }
        let version = bytes[index + 4]
        index += 20
        var counts: [Int] = []
        for _ in 0..<6 {
            let count = try number(4)
            guard 0...1_000_000 ~= count else { throw damaged("a count in its header is out of range") }
            counts.append(Int(count))
        }
        return Header(
            version: version,
            universalFlags: counts[0],
            standardFlags: counts[1],
            leapSeconds: counts[2],
            transitions: counts[3],
            types: counts[4],
            characters: counts[5]
        )
    }

    private mutating func data(
        _ header: Header,
        timeSize: Int,
        hasFooter: Bool
    ) throws(Diagnostic) -> TimeZoneRules {
        guard bytes.count - index >= header.size(timeSize: timeSize) else { throw damaged("it is cut off") }
        guard header.types > 0 else { throw damaged("it has no local time type") }
        guard header.leapSeconds == 0 else {
            throw Diagnostic(
                "zone.leap-seconds",
                message: "the time zone '\(name)' counts leap seconds, which times in data do not",
                category: .environment,
                hint: "use the zone of the same name without 'right/'"
            )
        }
        var times: [Int64] = []
        times.reserveCapacity(header.transitions)
        for _ in 0..<header.transitions {
            let time = try number(timeSize)
            if let last = times.last, last >= time { throw damaged("its transitions are out of order") }
            times.append(time)
        }
        let indices = bytes[index..<index + header.transitions].map { Int($0) }
        index += header.transitions
        var types: [Int] = []
        for _ in 0..<header.types {
            let offset = try number(4)
            guard abs(offset) < 7 * 86_400 else { throw damaged("it has an offset of more than a week") }
            types.append(Int(offset))
            try skip(2)
        }
        guard indices.allSatisfy({ $0 < types.count }) else { throw damaged("a transition names a missing type") }
        try skip(header.characters + header.standardFlags + header.universalFlags)

        return TimeZoneRules(
            name: name,
            transitions: times,
            offsets: [types[0]] + indices.map { types[$0] },
            rule: hasFooter ? try footer() : nil
        )
    }

    /// RFC 8536 §3.3: a POSIX time zone between two newlines, or nothing between them.
    private mutating func footer() throws(Diagnostic) -> POSIXTimeZone? {
        let newline = UInt8(ascii: "\n")
        guard index < bytes.count, bytes[index] == newline, let end = bytes[(index + 1)...].firstIndex(of: newline)
        else { throw damaged("its footer is cut off") }
        let text = bytes[index + 1..<end]
        guard !text.isEmpty else { return nil }
        guard let rule = POSIXTimeZone(parsing: text) else {
            throw damaged("its footer '\(String(decoding: text, as: UTF8.self))' is not a POSIX time zone")
        }
        return rule
    }

    /// A signed number of 4 or 8 bytes, the highest byte first.
    private mutating func number(_ size: Int) throws(Diagnostic) -> Int64 {
        guard bytes.count - index >= size else { throw damaged("it is cut off") }
        var bits: UInt64 = 0
        for byte in bytes[index..<index + size] { bits = bits << 8 | UInt64(byte) }
        index += size
        return size == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }

    private mutating func skip(_ count: Int) throws(Diagnostic) {
        guard bytes.count - index >= count else { throw damaged("it is cut off") }
        index += count
    }

    private func damaged(_ what: String) -> Diagnostic {
        Diagnostic(
            "zone.damaged",
            message: "the data of the time zone '\(name)' cannot be used: \(what)",
            category: .environment,
            hint: "reinstall the system's time zone data (tzdata), or name another zone"
        )
    }
}

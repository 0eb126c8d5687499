internal import Records

/// Stores the values that are not read on the fast path.
extension JSONRowDecoder {
    /// Stores a value that is relevant only to slots for booleans and presence.
    mutating func put(
        _ value: JSONSlot,
        words: String,
        into node: JSONTrie.Node,
        isObject: Bool = false
    ) {
        var textCell: JSONSlot?
        for slot in node.own {
            switch (roles[slot].role, value) {
            case (.presence, _): slots[slot] = .boolean(true)
            case (.boolean, .boolean): slots[slot] = value
            case (.anyText, .boolean):
                let cell = textCell ?? (words == "true" ? addBytes("true") : addBytes("false"))
                textCell = cell
                slots[slot] = cell
            case (.cell, .boolean) where roles[slot].reader?.kind == .boolean: slots[slot] = value
            case (.instant, _): put(OddInstant(text: words), into: slot)
            case (.json, _): break
            default: mismatches &+= 1
            }
        }
        if !node.edges.isEmpty, !isObject { mismatches &+= 1 }
    }

    mutating func put(string: UnsafeMutableBufferPointer<UInt8>, into node: JSONTrie.Node) {
        let written = UnsafeBufferPointer(string)
        var textCell: JSONSlot?
        var (decimalCell, readCell, bytesCell): (JSONSlot?, JSONSlot?, JSONSlot?)
        // Additional text must not overwrite the string, which is where the text continues.
        if node.addsToText { textCell = addText(string.count) }
        for slot in node.own {
            switch roles[slot].role {
            case .presence: slots[slot] = .boolean(true)
            case .text, .anyText:
                let cell = textCell ?? addText(string.count)
                textCell = cell
                slots[slot] = cell
            case .instant:
                switch ISO8601.reading(of: written) {
                case .instant(let value): slots[slot] = .instant(value)
                case .local(let value): put(OddInstant(local: value, text: Self.shown(written)), into: slot)
                case nil:
                    // A blank text is not a time, just as null is not.
                    if isStrict || !written.allSatisfy({ $0 == 0x20 }) {
                        put(OddInstant(text: Self.shown(written)), into: slot)
                    }
                }
            case .integer:
                if let value = number(in: written)?.integer {
                    slots[slot] = .integer(value)
                } else {
                    mismatches &+= 1
                }
            case .real:
                if let value = number(in: written)?.unalteredReal {
                    slots[slot] = .real(value)
                } else {
                    mismatches &+= 1
                }
            case .date:
                if let day = CivilDate.days(of: written.span) {
                    slots[slot] = .date(day)
                } else {
                    mismatches &+= 1
                }
            case .decimal: put(decimal: written, into: slot, cell: &decimalCell)
            case .bytes:
                let cell =
                    bytesCell
                    ?? Base64.bytes(of: written.span).map { bytes in
                        bytes.withUnsafeBufferPointer { addBytes($0) }
                    }
                bytesCell = cell
                if let cell { slots[slot] = cell } else { mismatches &+= 1 }
            case .cell: put(cell: written, into: slot, decimal: &readCell)
            case .json: break
            case .boolean: mismatches &+= 1
            }
        }
        if !node.edges.isEmpty { mismatches &+= 1 }
    }

    mutating func put(number: JSONNumber, into node: JSONTrie.Node) {
        var (decimalCell, textCell): (JSONSlot?, JSONSlot?)
        for slot in node.own {
            switch roles[slot].role {
            case .presence: slots[slot] = .boolean(true)
            case .integer:
                if let value = number.integer { slots[slot] = .integer(value) } else { mismatches &+= 1 }
            case .real:
                if let value = number.unalteredReal { slots[slot] = .real(value) } else { mismatches &+= 1 }
            case .instant:
                if let value = number.instant {
                    slots[slot] = .instant(value)
                } else {
                    put(OddInstant(text: Self.shown(number.text)), into: slot)
                }
            case .decimal: put(decimal: number.text, into: slot, cell: &decimalCell)
            case .anyText:
                let cell = textCell ?? addBytes(number.text)
                textCell = cell
                slots[slot] = cell
            case .cell: put(cell: number, into: slot, decimal: &decimalCell)
            case .json: break
            case .text, .boolean, .date, .bytes: mismatches &+= 1
            }
        }
        if !node.edges.isEmpty { mismatches &+= 1 }
    }

    /// Parses a decimal number into a slot; `cell` is that of another slot for the same value.
    mutating func put(
        decimal text: UnsafeBufferPointer<UInt8>,
        into slot: Int,
        cell: inout JSONSlot?
    ) {
        if cell == nil, let decimal = ExactDecimal(utf8: text) { cell = add(decimal) }
        if let cell { slots[slot] = cell } else { mismatches &+= 1 }
    }

    /// Adds the coefficient of a decimal number to the text.
    mutating func add(_ decimal: ExactDecimal) -> JSONSlot {
        let count = ExactDecimal.bytesOfCoefficient
        decimal.storeCoefficient(in: UnsafeMutableBufferPointer(start: room, count: count))
        defer { textCount &+= count }
        return .decimal(
            start: UInt32(truncatingIfNeeded: startOfText &+ textCount),
            scale: UInt32(truncatingIfNeeded: decimal.scale)
        )
    }

    /// Stores what the reader of a slot makes of a text; `cell` is that of another slot for the same text and reader.
    mutating func put(cell text: UnsafeBufferPointer<UInt8>, into slot: Int, decimal cell: inout JSONSlot?) {
        guard let reader = roles[slot].reader else { return }
        // All readers of decimals that are not plain have a comma, so they read the same.
        if reader.kind == .decimal {
            if cell == nil, let decimal = reader.decimal(text) { cell = add(decimal) }
            if let cell { slots[slot] = cell } else { mismatches &+= 1 }
        } else if let word = reader.word(of: text) {
            slots[slot] = .integer(Int64(bitPattern: word))
        } else {
            mismatches &+= 1
        }
    }

    /// Stores a number in a slot with a reader, whose options are about texts.
    mutating func put(cell number: JSONNumber, into slot: Int, decimal cell: inout JSONSlot?) {
        switch roles[slot].reader?.kind {
        case .integer:
            if let value = number.integer { slots[slot] = .integer(value) } else { mismatches &+= 1 }
        case .real:
            if let value = number.unalteredReal { slots[slot] = .real(value) } else { mismatches &+= 1 }
        case .decimal: put(decimal: number.text, into: slot, cell: &cell)
        default: put(cell: number.text, into: slot, decimal: &cell)
        }
    }

    /// Adds a text that several records share, and returns the word of a column for it.
    mutating func add(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { add($0) }
    }

    /// Adds a text, and returns the word of a column for it.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 { addBytes(text).word ?? 0 }

    mutating func addBytes(_ text: StaticString) -> JSONSlot {
        addBytes(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds bytes to the text.
    mutating func addBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> JSONSlot {
        if let source = bytes.baseAddress { room.update(from: source, count: bytes.count) }
        return addText(bytes.count)
    }

    mutating func put(_ odd: OddInstant, into slot: Int) {
        slots[slot] = .integer(Int64(oddInstants.count))
        oddInstants.append(odd)
    }

    /// A shortened text for messages.
    private static func shown(_ text: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: text.prefix(80), as: UTF8.self)
    }

    /// The number if a whole string is one.
    private func number(in string: UnsafeBufferPointer<UInt8>) -> JSONNumber? {
        guard 1...64 ~= string.count else { return nil }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 + JSONScanner.padding) { copy in
            copy.initialize(repeating: 0)
            guard let start = copy.baseAddress, let source = string.baseAddress else { return nil }
            start.update(from: source, count: string.count)
            let end = UnsafePointer(start) + string.count
            // Text that is not a number is a valid result here, not an error.
            guard let found = try? JSONScanner(base: start, end: end).number(start), found.next == end else {
                return nil
            }
            var number = found.value
            number.text = string
            return number
        }
    }
}

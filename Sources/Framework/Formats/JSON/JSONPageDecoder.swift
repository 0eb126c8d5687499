internal import Glibc
internal import Platform
package import Records

/// Decodes pages of a JSON text into batches, strictly: what does not fit rejects its record and changes nothing.
///
/// Several pages may be decoded at the same time.
package final class JSONPageDecoder: Sendable {
    /// What to do with keys that are not among the columns.
    package enum UnknownKeys: Sendable, Hashable {
        /// They are not read: the columns were chosen.
        case notRead
        /// Records that have one are rejected.
        case reject
        /// They are counted.
        case count
    }

    /// What was read of a page, apart from its records.
    package struct Result: Sendable {
        /// The records that cannot be used, in order.
        package internal(set) var faults: [JSONFault] = []
        /// The number of each record that was appended; nil if they follow one after the other.
        package internal(set) var numbers: [UInt32]?
        /// The first unknown key of each record that has one, and how many records that is.
        package internal(set) var unknownKeys: [String: Int] = [:]
    }

    private let trie: JSONTrie
    /// The column that receives whole records; nil if they are objects.
    private let whole: Field?
    private let unknown: UnknownKeys
    /// The texts that mean null.
    private let nulls: [[UInt8]]
    /// Memory of earlier pages.
    private let memories = Locked<[JSONRowMemory]>([])

    /// A decoder of objects.
    ///
    /// - Parameters:
    ///   - columns: Which values go into which columns.
    ///   - nulls: The texts that mean null.
    ///   - unknownKeys: What to do with other keys.
    package init(_ columns: [JSONRows.Column], nulls: [String] = [], unknownKeys: UnknownKeys = .notRead) {
        trie = JSONTrie(columns)
        self.nulls = nulls.map { Array($0.utf8) }
        whole = nil
        unknown = unknownKeys
    }

    /// A decoder of values of any kind, into a column that holds JSON.
    package init(whole field: Field) {
        trie = JSONTrie([])
        nulls = []
        whole = field
        unknown = .notRead
    }

    /// Appends the records of a page to a batch.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - batch: A batch that has the columns of the decoder.
    ///   - name: A text that is the same in all records, and its column; nil for none.
    /// - Returns: What else there was.
    package func decode(
        _ page: JSONPage,
        into batch: inout Batch,
        name: (field: Field, text: String)? = nil
    ) -> Result {
        precondition(trie.leastWidth <= batch.schema.width, "the batch lacks columns of the plan")
        var memory = memories.withLock { $0.popLast() } ?? JSONRowMemory(trie)
        let result = page.withScanner { scanner in
            batch.appendRows(atMost: page.recordCount) { rows in
                let startOfText = rows.endOfText
                let room =
                    (scanner.end - scanner.base + JSONScanner.padding) * trie.texts + (name?.text.utf8.count ?? 0)
                return memory.withDecoder(of: scanner, room: room, startOfText: startOfText) { decoder in
                    decoder.isStrict = true
                    decoder.checksText = !UTF8Check.isValid(scanner.base, count: scanner.end - scanner.base)
                    decoder.nulls = nulls
                    let constant = name.map { (column: $0.field.index, word: decoder.add($0.text)) }
                    var result = Result()
                    if page.form == .lines {
                        lines(of: page, decoder: &decoder, constant: constant, rows: &rows, result: &result)
                    } else {
                        values(of: page, decoder: &decoder, constant: constant, rows: &rows, result: &result)
                    }
                    decoder.flush(to: &rows)
                    return result
                }
            }
        }
        memories.withLock { $0.append(memory) }
        return result
    }

    private func lines(
        of page: JSONPage,
        decoder: inout JSONRowDecoder,
        constant: (column: Int, word: UInt64)?,
        rows: inout RowWriter,
        result: inout Result
    ) {
        let scanner = decoder.scanner
        var p = scanner.base
        var number = page.firstNumber
        while p < scanner.end {
            let end =
                memchr(p, 0x0A, scanner.end - p).map { JSONScanner.Bytes($0.assumingMemoryBound(to: UInt8.self)) }
                ?? scanner.end
            let start = scanner.space(p)
            if start >= end {
                // A blank line.
                note(number, isUsed: false, page: page, result: &result)
            } else if let problem = record(start, upTo: end, isLine: true, decoder: &decoder, rows: &rows) {
                let line = UnsafeBufferPointer(start: p, count: end - p)
                fail(problem, number: number, in: line, decoder: decoder, result: &result)
                note(number, isUsed: false, page: page, result: &result)
            } else {
                use(decoder.slots, unknownKey: decoder.unknownKey, constant: constant, rows: &rows, result: &result)
                note(number, isUsed: true, page: page, result: &result)
            }
            number += 1
            p = end + 1
        }
    }

    private func values(
        of page: JSONPage,
        decoder: inout JSONRowDecoder,
        constant: (column: Int, word: UInt64)?,
        rows: inout RowWriter,
        result: inout Result
    ) {
        let scanner = decoder.scanner
        var p = scanner.base
        for number in page.firstNumber..<page.firstNumber + page.recordCount {
            p = scanner.space(p)
            if p.pointee == UInt8(ascii: ",") { p = scanner.space(p + 1) }
            let end: JSONScanner.Bytes
            do throws(JSONStop) {
                // The cutter counts the values around a record too, so it allows no more than this.
                end = try scanner.skipValue(p, depth: 0)
            } catch {
                // The cutter has passed it, so this does not happen; if it did, no record would be lost silently.
                let rest = UnsafeBufferPointer(start: p, count: scanner.end - p)
                fail(.stop(error), number: number, in: rest, decoder: decoder, result: &result)
                note(number, isUsed: false, page: page, result: &result)
                continue
            }
            if let problem = record(p, upTo: end, isLine: false, decoder: &decoder, rows: &rows) {
                let text = UnsafeBufferPointer(start: p, count: end - p)
                fail(problem, number: number, in: text, decoder: decoder, result: &result)
                note(number, isUsed: false, page: page, result: &result)
            } else {
                use(decoder.slots, unknownKey: decoder.unknownKey, constant: constant, rows: &rows, result: &result)
                note(number, isUsed: true, page: page, result: &result)
            }
            p = end
        }
    }

    /// Reads a record into the slots of the decoder; returns what is wrong with it.
    @inline(__always)
    private func record(
        _ p: JSONScanner.Bytes,
        upTo end: JSONScanner.Bytes,
        isLine: Bool,
        decoder: inout JSONRowDecoder,
        rows: inout RowWriter
    ) -> JSONFault.Problem? {
        if !decoder.hasRoom(from: p) { decoder.flush(to: &rows) }
        let (text, mismatches, odds) = (decoder.textCount, decoder.mismatches, decoder.oddInstants.count)
        var problem: JSONFault.Problem?
        var last = end
        do throws(JSONStop) {
            if decoder.checksText { try decoder.check(UnsafeBufferPointer(start: p, count: end - p)) }
            let next: JSONScanner.Bytes
            if whole == nil { next = try decoder.record(p, depth: 0) } else { next = try decoder.wholeValue(p) }
            last = next
            if next > end {
                problem = .cutOff
            } else if isLine, decoder.scanner.space(next) < end {
                problem = .trailing(decoder.scanner.space(next))
            } else if whole == nil, p.pointee != UInt8(ascii: "{") {
                problem = .notAnObject
            } else if let misfit = decoder.misfit {
                problem = .misfit(misfit)
            } else if unknown == .reject, let key = decoder.unknownKey {
                problem = .unknownKey(key)
            }
        } catch {
            problem = Self.problem(of: error, upTo: end, scanner: decoder.scanner)
        }
        guard problem != nil else {
            if let whole {
                rows.put(word: decoder.add(UnsafeBufferPointer(start: p, count: last - p)), at: whole.index)
            }
            return nil
        }
        (decoder.textCount, decoder.mismatches) = (text, mismatches)
        decoder.oddInstants.removeLast(decoder.oddInstants.count - odds)
        return problem
    }

    /// A stop after the end of a line is one at its end.
    @inline(never)
    private static func problem(
        of stop: JSONStop,
        upTo end: JSONScanner.Bytes,
        scanner: JSONScanner
    ) -> JSONFault.Problem {
        switch stop {
        case .syntax(_, let offset), .depth(let offset), .utf8(let offset):
            scanner.base + offset < end ? .stop(stop) : .cutOff
        case .incomplete: .cutOff
        }
    }

    /// Appends the record in the slots.
    @inline(__always)
    private func use(
        _ slots: UnsafeMutableBufferPointer<JSONSlot>,
        unknownKey: JSONRowDecoder.Misfit?,
        constant: (column: Int, word: UInt64)?,
        rows: inout RowWriter,
        result: inout Result
    ) {
        for move in trie.moves {
            if let word = slots[move.slot].word { rows.put(word: word, at: move.column) }
        }
        if let constant { rows.put(word: constant.word, at: constant.column) }
        rows.endRow()
        if unknown == .count, let unknownKey { count(unknownKey, result: &result) }
    }

    @inline(never)
    private func count(_ key: JSONRowDecoder.Misfit, result: inout Result) {
        result.unknownKeys[JSONFault.name(of: key, trie: trie), default: 0] += 1
    }

    /// Notes the number of a record that was appended, once numbers do not follow one after the other.
    @inline(__always)
    private func note(
        _ number: Int,
        isUsed: Bool,
        page: JSONPage,
        result: inout Result
    ) {
        if isUsed {
            if result.numbers != nil { result.numbers?.append(UInt32(truncatingIfNeeded: number)) }
        } else if result.numbers == nil {
            let before = number - page.firstNumber
            result.numbers = (0..<before).map { UInt32(truncatingIfNeeded: page.firstNumber + $0) }
        }
    }

    @inline(never)
    private func fail(
        _ problem: JSONFault.Problem,
        number: Int,
        in record: UnsafeBufferPointer<UInt8>,
        decoder: JSONRowDecoder,
        result: inout Result
    ) {
        result.faults.append(
            JSONFault(problem, number: number, in: record, base: decoder.scanner.base, trie: trie)
        )
    }
}

public import Diagnostics

extension Batch {
    /// Keeps the records for which `isKept` is true, in their order, and returns how many went.
    ///
    /// If `isKept` throws, that record and all behind it are kept, each once.
    @inlinable
    @discardableResult
    public mutating func keep(where isKept: (borrowing Batch, Int) throws -> Bool) rethrows -> Int {
        var kept = 0
        var row = 0
        do {
            while row < count {
                if try isKept(self, row) {
                    if kept != row { move(row, to: kept) }
                    kept &+= 1
                }
                row &+= 1
            }
        } catch {
            while row < count {
                if kept != row { move(row, to: kept) }
                kept &+= 1
                row &+= 1
            }
            _ = shrink(to: kept)
            throw error
        }
        return shrink(to: kept)
    }

    /// Takes records out because they cannot be used; `reason` says why, or nil to keep one.
    ///
    /// The rejected records wait in `rejections`, each with its position and its values.
    public mutating func reject(where reason: (borrowing Batch, Int) -> (code: Diagnostic.Code, reason: String)?) {
        var kept = 0
        for row in 0..<count {
            if let because = reason(self, row) {
                rejections.append(rejection(of: row, because.code, because.reason))
                continue
            }
            if kept != row { move(row, to: kept) }
            kept &+= 1
        }
        _ = shrink(to: kept)
    }

    /// Takes one record out because it cannot be used; the rows behind it move up.
    public mutating func reject(_ row: Int, _ code: Diagnostic.Code, because reason: String) {
        rejections.append(rejection(of: row, code, reason))
        for next in row + 1..<max(row + 1, count) { move(next, to: next - 1) }
        _ = shrink(to: count - 1)
    }

    /// Hands over the rejections made so far.
    public mutating func takeRejections() -> [Rejection] {
        defer { rejections = [] }
        return rejections
    }

    /// Keeps the first `length` records.
    public mutating func truncate(to length: Int) { _ = shrink(to: max(0, min(length, count))) }

    @usableFromInline
    mutating func move(_ row: Int, to target: Int) {
        for index in 0..<width {
            cells[target &* width &+ index] = cells[row &* width &+ index]
        }
        numbers[target] = numbers[row]
    }

    @usableFromInline
    mutating func shrink(to length: Int) -> Int {
        let gone = count - length
        guard gone > 0 else { return 0 }
        cells.removeLast(gone * width)
        numbers.removeLast(gone)
        rowCount = length
        return gone
    }

    private func rejection(of row: Int, _ code: Diagnostic.Code, _ reason: String) -> Rejection {
        let items = schema.columns.enumerated().compactMap { index, column -> Rejection.Item? in
            let value = self[row, Field(index: index, kind: column.kind)]
            return value == .null ? nil : Rejection.Item(name: column.name, value: value)
        }
        return Rejection(code: code.name, reason: reason, position: position(of: row), record: items)
    }
}

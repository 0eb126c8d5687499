/// Skips values that are not needed.
extension JSONScanner {
    /// Skips one value of any kind and checks its form; its text is not checked for UTF-8.
    ///
    /// Stack use does not depend on the depth of the value.
    ///
    /// - Parameters:
    ///   - p: The first byte of the value.
    ///   - depth: The number of enclosing values.
    /// - Returns: The position after it.
    /// - Throws: Where it stopped, if the value is invalid or continues after the window.
    @inline(__always)
    func skipValue(_ p: Bytes, depth: Int) throws(JSONStop) -> Bytes {
        switch p.pointee {
        case UInt8(ascii: "\""): try skipString(p + 1)
        case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer(p, depth: depth)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber(p)
        default: try literal(p)
        }
    }

    @inline(never)
    private func skipContainer(_ p: Bytes, depth: Int) throws(JSONStop) -> Bytes {
        // One bit for each open value: whether it is an object.
        var objects = InlineArray<8, UInt64>(repeating: 0)
        var level = 0
        var p = p
        value: while true {
            switch p.pointee {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth + level < Self.maximumDepth else { throw .depth(offset: p - base) }
                let isObject = p.pointee == UInt8(ascii: "{")
                let bit: UInt64 = 1 << UInt64(level & 63)
                objects[level >> 6] = isObject ? objects[level >> 6] | bit : objects[level >> 6] & ~bit
                level += 1
                p = space(p + 1)
                if isObject {
                    if p.pointee != UInt8(ascii: "}") {
                        p = try skipKey(p)
                        continue value
                    }
                } else if p.pointee != UInt8(ascii: "]") {
                    continue value
                }
                level -= 1
                p += 1
            case UInt8(ascii: "\""): p = try skipString(p + 1)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): p = try skipNumber(p)
            default: p = try literal(p)
            }
            // After a value: leave all levels that end here.
            while level > 0 {
                p = space(p)
                let isObject = objects[(level - 1) >> 6] >> UInt64((level - 1) & 63) & 1 != 0
                if p.pointee == UInt8(ascii: ",") {
                    p = space(p + 1)
                    if isObject { p = try skipKey(p) }
                    continue value
                }
                guard p.pointee == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw stop(isObject ? .commaOrBrace : .commaOrBracket, at: p)
                }
                level -= 1
                p += 1
            }
            return p
        }
    }

    /// Skips a key and its colon.
    @inline(__always)
    private func skipKey(_ p: Bytes) throws(JSONStop) -> Bytes {
        guard p.pointee == UInt8(ascii: "\"") else { throw stop(.key, at: p) }
        let colon = space(try skipString(p + 1))
        guard colon.pointee == UInt8(ascii: ":") else { throw stop(.colon, at: colon) }
        return space(colon + 1)
    }
}

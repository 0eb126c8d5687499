// Feeds the reader of gzip with members that libFuzzer has damaged, in pieces of all sizes, and compares it with zlib itself
// on the whole: scripts/fuzz-formats builds and runs it.
//
// Not part of the package: it needs the fuzzer's own `main` and instrumented modules.

import CZlib
import Formats

/// What libFuzzer calls with each input: the sizes of pieces, whether and where members are damaged, and a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard count > 8 else { return 0 }
    var packed = Array(bytes[8...])
    if bytes[0] & 1 == 0 {
        packed = members(of: packed, size: Int(bytes[1]) + 1, zeros: Int(bytes[2] & 7), level: Int(bytes[3] % 9) + 1)
        if bytes[0] & 2 != 0, !packed.isEmpty {
            let place = (Int(bytes[4]) << 8 | Int(bytes[5])) % packed.count
            if bytes[0] & 4 != 0 { packed.removeSubrange(place...) } else { packed[place] ^= bytes[6] }
        }
    }
    let found = unpack(packed, input: Int(bytes[7] >> 4) * 16 + 1, output: Int(bytes[7] & 15) * 16 + 1)
    let expected = reference(packed)
    require(found == expected, "other bytes: \(found) instead of \(expected)")
    return 0
}

private struct Unpacked: Equatable {
    var bytes: [UInt8] = []
    var isDamaged = false
    /// Whether the text may end here.
    var isComplete = false
}

/// Stops with a message, in a release build too.
private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}

private func members(of text: [UInt8], size: Int, zeros: Int, level: Int) -> [UInt8] {
    stride(from: 0, to: text.count, by: size).reduce(into: []) { packed, start in
        let part = Array(text[start..<min(text.count, start + size)])
        packed += part.withUnsafeBytes { GzipPacker.member($0, level: level) } ?? []
        packed += [UInt8](repeating: 0, count: zeros)
    }
}

private func unpack(_ packed: [UInt8], input: Int, output: Int) -> Unpacked {
    guard let stream = GzipStream() else { fatalError("no memory") }
    var unpacked = Unpacked()
    var room = [UInt8](repeating: 0, count: output)
    var start = 0
    while true {
        let end = min(packed.count, start + input)
        let step = packed[start..<end].withUnsafeBytes { piece in
            room.withUnsafeMutableBytes { stream.unpack(piece, into: $0) }
        }
        unpacked.bytes += room[..<step.produced]
        start += step.consumed
        if step.damage != nil {
            unpacked.isDamaged = true
            return unpacked
        }
        if step.consumed == 0, step.produced == 0 {
            guard start == packed.count else { fatalError("it does not go on") }
            unpacked.isComplete = stream.isComplete
            return unpacked
        }
    }
}

/// What zlib makes of the whole, one member after the other.
private func reference(_ packed: [UInt8]) -> Unpacked {
    var unpacked = Unpacked()
    let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 4 << 20)
    defer { room.deallocate() }
    var start = 0
    while start < packed.count {
        if !unpacked.bytes.isEmpty || start > 0, packed[start] == 0 {
            start += 1
            continue
        }
        if start > 0, packed[start] != 0x1F {
            unpacked.isDamaged = true
            return unpacked
        }
        var stream = z_stream()
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            fatalError("no memory")
        }
        defer { inflateEnd(&stream) }
        var rest = Array(packed[start...])
        let ending = rest.withUnsafeMutableBufferPointer { rest in
            stream.next_in = rest.baseAddress
            stream.avail_in = UInt32(rest.count)
            stream.next_out = room.baseAddress
            stream.avail_out = UInt32(room.count)
            return inflate(&stream, Z_NO_FLUSH)
        }
        unpacked.bytes += room[..<Int(stream.total_out)]
        switch ending {
        case Z_STREAM_END: start += Int(stream.total_in)
        case Z_OK, Z_BUF_ERROR: return unpacked
        default:
            unpacked.isDamaged = true
            return unpacked
        }
    }
    unpacked.isComplete = start > 0
    return unpacked
}

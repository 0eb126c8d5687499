/// Decodes names of entries and refuses unsafe ones.
enum ZIPEntryName {
    /// Decodes a name in an archive.
    ///
    /// UTF-8 if the header states it (APPNOTE 4.4.4, bit 11); otherwise the Unicode path that Info-ZIP adds (APPNOTE
    /// 4.6.9), if it belongs to this name; otherwise UTF-8 if it is valid, since many programs do not set the bit;
    /// otherwise code page 437.
    static func decoded(_ name: [UInt8], isUTF8: Bool, extras: ZIPExtraFields) -> String {
        if isUTF8, let text = String(validating: name, as: UTF8.self) { return text }
        if let path = extras[0x7075], path.count > 5, path.bytes[0] == 1, path.u32(1) == Int(CRC32(of: name).value),
            let text = String(validating: path[5..<path.count], as: UTF8.self)
        {
            return text
        }
        if let text = String(validating: name, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for byte in name {
            text.append(byte < 0x80 ? Unicode.Scalar(byte) : codePage437[Int(byte) - 0x80])
        }
        return String(text)
    }

    /// Why a name is unsafe as a path inside a folder; nil if it is safe.
    static func fault(of name: String) -> String? {
        if name.isEmpty { return "is empty" }
        if name.utf8.contains(0) { return "has a zero byte in it" }
        if name.utf8.contains(UInt8(ascii: "\\")) { return "has a backslash in it" }
        if name.utf8.first == UInt8(ascii: "/") { return "is a path from the root" }
        let start = Array(name.utf8.prefix(2))
        if start.count == 2, start[1] == UInt8(ascii: ":"), start[0] & 0xDF >= 0x41, start[0] & 0xDF <= 0x5A {
            return "is a path from the root of a drive"
        }
        if name.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) }) {
            return "leads out of its folder with '..'"
        }
        return nil
    }

    private static let codePage437 = Array(
        """
        ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
        αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}
        """.unicodeScalars
    )
}

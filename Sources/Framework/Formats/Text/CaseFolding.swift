/// Texts in which upper and lower case make no difference, for comparisons and for the order of records.
package enum CaseFolding {
    /// A text without the difference of upper and lower case, of any language (Unicode Standard, D144).
    ///
    /// ß is ss, and both small sigmas are one letter. Composed and decomposed letters stay different, as they are in every
    /// comparison of texts.
    ///
    /// - Parameter text: UTF-8.
    /// - Returns: UTF-8 whose bytes are equal if the texts are.
    package static func folded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var folded = Array(text)
        var isASCII = true
        for index in folded.indices {
            let byte = folded[index]
            if byte >= 128 { isASCII = false }
            if 65...90 ~= byte { folded[index] = byte + 32 }
        }
        guard !isASCII else { return folded }
        var result: [UInt8] = []
        result.reserveCapacity(folded.count + 8)
        for scalar in String(decoding: folded, as: UTF8.self).unicodeScalars {
            // The capital of the dotless i is that of i, which is another letter.
            guard !scalar.isASCII, scalar != "\u{131}" else {
                result.append(contentsOf: String(scalar).utf8)
                continue
            }
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                result.append(contentsOf: upper.properties.lowercaseMapping.utf8)
            }
        }
        return result
    }
}

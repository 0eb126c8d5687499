extension JSONWriter {
    mutating func append(escaping text: String) {
        var text = text
        text.withUTF8 { append(escaping: $0) }
    }

    mutating func append(escaping text: UnsafeBufferPointer<UInt8>) { JSONText.append(text, to: &bytes) }
}

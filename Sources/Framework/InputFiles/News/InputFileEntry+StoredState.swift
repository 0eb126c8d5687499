internal import PluginKit

extension InputFileEntry {
    func write(to writer: inout StateWriter) {
        name.write(to: &writer)
        switch store {
        case .file(let path):
            writer.write(0)
            path.write(to: &writer)
        case .address(let url):
            writer.write(1)
            // Not the address: its query may contain a credential.
            Self.key(of: url).write(to: &writer)
        case .spool, .standardInput: preconditionFailure("standard input has no news")
        }
        size.write(to: &writer)
        modified.write(to: &writer)
        tag.write(to: &writer)
        writer.write(start == nil ? 0 : 1)
        guard let start else { return }
        start.offset.write(to: &writer)
        start.lines.write(to: &writer)
        start.stored.write(to: &writer)
    }

    init(from reader: inout StateReader, addresses: [String: HTTPURL]) throws(Diagnostic) {
        let name = try String(from: &reader)
        let kind = try reader.readInteger()
        let place = try String(from: &reader)
        let store: Store
        if kind == 0 {
            store = .file(place)
        } else if let url = addresses[place] {
            store = .address(url)
        } else {
            throw StateReader.damaged
        }
        self.init(
            name,
            store: store,
            size: try Int?(from: &reader),
            modified: try Int64?(from: &reader),
            tag: try String?(from: &reader)
        )
        guard try reader.readInteger() == 1 else { return }
        start = Start(
            offset: try reader.readAmount(),
            lines: try reader.readAmount(),
            stored: try reader.readAmount()
        )
    }
}

extension [InputFileEntry] {
    /// The bytes that each request of a run has.
    var selection: [UInt8] {
        var writer = StateWriter()
        writer.write(Int64(count))
        for entry in self { entry.write(to: &writer) }
        return writer.bytes
    }

    /// The files of a request.
    ///
    /// - Parameters:
    ///   - selection: The bytes.
    ///   - addresses: The addresses of the source, of which a selection has only the keys.
    /// - Throws: `checkpoint.state` if the bytes are no selection, or one of other addresses.
    init(selection: [UInt8], addresses: [HTTPURL]) throws(Diagnostic) {
        self = []
        let addresses = Dictionary(addresses.map { (InputFileEntry.key(of: $0), $0) }) { first, _ in first }
        var reader = StateReader(selection)
        for _ in 0..<(try reader.readCount()) { append(try InputFileEntry(from: &reader, addresses: addresses)) }
    }
}

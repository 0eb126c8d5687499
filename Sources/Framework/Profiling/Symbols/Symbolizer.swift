/// Finds the functions at addresses of this process.
struct Symbolizer {
    private let images: [ProcessImage]
    /// For each file that was asked for.
    private var tables: [String: SymbolTable] = [:]
    private var frames: [UInt64: Profile.Frame] = [:]

    /// Names addresses in these pieces of memory, which are sorted by address.
    init(images: [ProcessImage]) { self.images = images }

    /// The function at an address; what the memory belongs to if its function is not known.
    mutating func frame(at address: UInt64) -> Profile.Frame {
        if let frame = frames[address] { return frame }
        let frame = found(address)
        frames[address] = frame
        return frame
    }

    /// The memory with code, the program's first, as pprof expects it.
    ///
    /// Only files of which a function was asked for have their build ID.
    var mappings: [Profile.Mapping] {
        order.map { index in
            let image = images[index]
            return Profile.Mapping(
                start: image.start,
                limit: image.end,
                offset: image.offset,
                path: image.path,
                buildID: image.file.flatMap { tables[$0]?.buildID } ?? ""
            )
        }
    }

    /// Files whose functions were asked for and that have none, such as a program without symbols.
    var nameless: [String] {
        images.filter { image in image.file.flatMap { tables[$0]?.functions.isEmpty } ?? false }.map(\.path)
    }

    private var order: [Int] {
        images.indices.filter { images[$0].isProgram } + images.indices.filter { !images[$0].isProgram }
    }

    private mutating func found(_ address: UInt64) -> Profile.Frame {
        guard let index = images.lastIndex(where: { $0.start <= address }), address < images[index].end else {
            return Profile.Frame(name: "[unknown]", address: address)
        }
        let image = images[index]
        var frame = Profile.Frame(
            name: image.path.hasPrefix("[") ? image.path : "[\(image.name)]",
            address: address,
            mapping: order.firstIndex(of: index)
        )
        guard let file = image.file else { return frame }
        let table = tables[file] ?? SymbolTable(path: file)
        tables[file] = table
        if let shift = table.shift(of: image), let function = table.function(at: address &- shift) {
            let name = SwiftName.whole(table.name(of: function))
            frame.name = SwiftName.demangled(name)
            frame.linkerName = String(decoding: name, as: UTF8.self)
        }
        return frame
    }
}

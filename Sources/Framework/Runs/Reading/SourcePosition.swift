internal import Diagnostics
internal import Formats

/// Where a source continues when a run is resumed, as checkpoints store it.
///
/// As text it is JSON: `{"number":4,"at":"page-5"}`, `{"number":4,"list":["5","6"]}`, `{"number":7,"end":true}`.
struct SourcePosition: Sendable, Hashable {
    /// Pages that were begun before `order` and have not passed; only if records need not keep their order.
    var replays: [String?] = []
    var order = PageOrder()
    /// How many records were read, for `--limit`.
    var read = 0
    /// How many of the pages belong to the run's partition; nil if all do.
    var own: Int?
    /// Whether reading ended early, because no stage wanted more.
    var isCut = false

    init() {}

    init(replays: [String?] = [], order: PageOrder, read: Int) {
        self.replays = replays
        self.order = order
        self.read = read
    }

    /// Whether everything has been read.
    var isAtEnd: Bool { replays.isEmpty && order.way == .end }

    /// The cursor of the first page that has not passed; nil at the start and at the end.
    var earliest: String? { replays.first ?? order.upcoming?.cursor }

    /// The position as checkpoints store it.
    var text: String { text(isWhole: true) }

    /// The position for a report: of a list of pages, only the first and the number of the others.
    var summary: String { text(isWhole: false) }

    private func text(isWhole: Bool) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("number", value: order.number)
            json.member("read", value: read)
            if let own { json.member("own", value: own) }
            switch order.way {
            case .start: break
            case .at(let cursor): json.member("at", value: cursor)
            case .list(let cursors, let next) where isWhole:
                json.key("list")
                json.array { json in for cursor in cursors[next...] { json.write(cursor) } }
            case .list(let cursors, let next):
                json.member("at", value: cursors[next])
                json.member("more", value: cursors.count - next - 1)
            case .end: json.member("end", value: true)
            }
            if isCut { json.member("cut", value: true) }
            guard !replays.isEmpty else { return }
            json.key("again")
            json.array { json in
                for cursor in replays { if let cursor { json.write(cursor) } else { json.writeNull() } }
            }
        }
        return String(decoding: json.takeBytes(), as: UTF8.self)
    }

    /// Reads a position from its text.
    ///
    /// - Throws: `checkpoint.cursor` if the text is not a position.
    init(_ text: String) throws(Diagnostic) {
        let json = try JSONValue(parsing: Array(text.utf8), name: "checkpoint")
        guard let number = json["number"]?.integer, let read = json["read"]?.integer,
            0...1 << 53 ~= number, 0...1 << 53 ~= read
        else {
            throw Diagnostic("checkpoint.cursor", message: "'\(text)' is not a position in a source")
        }
        let way: PageOrder.Way =
            if let cursor = json["at"]?.string {
                .at(cursor)
            } else if let list = json["list"]?.array?.compactMap(\.string), !list.isEmpty {
                .list(list, next: 0)
            } else if json["end"]?.bool == true {
                .end
            } else {
                .start
            }
        order = PageOrder(way, number: Int(number))
        replays = json["again"]?.array?.map(\.string) ?? []
        self.read = Int(read)
        isCut = json["cut"]?.bool ?? false
        own = json["own"]?.integer.flatMap { 0...number ~= $0 ? Int($0) : nil }
    }
}

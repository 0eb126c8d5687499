internal import Formats
public import PluginKit

/// Uploads a line for each record, a part for each batch; completing the upload makes the object visible.
public struct Upload: Sink {
    public static let name = "upload"
    public static let summary = "Uploads a line for each record."
    public static let commitment = Commitment.refusable

    public struct Options: OptionGroup {
        @Option("The address of the server.") public var server: String
        @Option("What the object is called.") public var object: String
        @Option("The column with whole numbers.") public var column: ColumnName
        public init() {}
    }

    private let server: UploadServer
    private let object: String
    private let column: Field

    public init(_ options: Options, input: Schema, in context: StageContext) throws {
        server = UploadServer.at(options.server)
        object = options.object
        column = try input.field(options.column.name, at: options.$column)
    }

    /// Aborts uploads that an earlier process began and died before a mark knew of them.
    public func begin(at mark: UploadMark?, attempt: Int) throws { try abortUploads(besides: mark) }

    public func write(_ batch: inout Batch, at mark: UploadMark?) throws -> UploadMark {
        // A first write that is repeated has begun one that no mark knows.
        if mark == nil { try abortUploads(besides: nil) }
        var mark = try mark ?? UploadMark(upload: server.create(object))
        guard batch.count > 0 else { return mark }
        let bytes = (0..<batch.count).flatMap { Array("\(batch.integer($0, in: column) ?? 0)\n".utf8) }
        // The number of the part follows from the mark, so a write that is repeated replaces it.
        mark.tags.append(try server.put(bytes, part: mark.tags.count, of: mark.upload))
        mark.records += batch.count
        return mark
    }

    public func finish(at mark: UploadMark?) -> Delivery<UploadMark> {
        let mark = mark ?? UploadMark(upload: "")
        return Delivery(at: mark, written: mark.records)
    }

    public func commit(at mark: UploadMark) throws {
        guard !mark.upload.isEmpty else { return }
        do {
            try server.complete(mark.upload, mark.tags)
        } catch UploadServer.Failure.noSuchUpload {
            // Completed before, if the object is the one that these parts make.
            guard server.tag(of: object) == UploadServer.tag(ofParts: mark.tags) else {
                throw Refused(Diagnostic("upload.gone", message: "the upload '\(mark.upload)' is gone"))
            }
        } catch UploadServer.Failure.exists {
            throw Refused(
                Diagnostic("upload.exists", message: "there is an object '\(object)'", hint: "remove it, and run again")
            )
        }
    }

    public func abandon(at mark: UploadMark?) {
        // What cannot be aborted now, the next run aborts when it begins.
        try? abortUploads(besides: nil)
    }

    private func abortUploads(besides mark: UploadMark?) throws {
        for upload in server.open(of: object) where upload != mark?.upload { try server.abort(upload) }
    }
}

/// An upload, the tags of its parts, and how many records are in them: `u1/7c3a+91e0/20`.
public struct UploadMark: LosslessStringConvertible, Sendable {
    public var upload: String
    public var tags: [String] = []
    public var records = 0

    public init(upload: String) { self.upload = upload }

    public init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let records = Int(parts[2]) else { return nil }
        upload = String(parts[0])
        tags = parts[1].split(separator: "+").map(String.init)
        self.records = records
    }

    public var description: String { "\(upload)/\(tags.joined(separator: "+"))/\(records)" }
}

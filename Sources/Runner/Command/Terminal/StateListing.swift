internal import Diagnostics
internal import PluginKit
internal import Runs
internal import Formats

/// The stored state of pipelines, as text and as JSON.
struct StateListing {
    private let pipelines: [StateFolder.Pipeline]

    init(_ pipelines: [StateFolder.Pipeline]) { self.pipelines = pipelines }

    var text: String {
        pipelines.isEmpty
            ? "no state is stored yet"
            : pipelines.map { VisibleText.lines(Self.lines($0)) }.joined(separator: "\n\n")
    }

    private static func lines(_ pipeline: StateFolder.Pipeline) -> [String] {
        var lines = [pipeline.name]
        if let run = pipeline.lastRun {
            let attempts = pipeline.attempts > 1 ? ", attempt \(pipeline.attempts)" : ""
            lines.append("  last run \(run.id): \(pipeline.statusWords)\(attempts)")
        }
        if let checkpoint = pipeline.checkpoint { lines += self.lines(checkpoint, of: pipeline) }
        if !pipeline.bookmarks.isEmpty { lines.append("  bookmarks") }
        var bookmarks = TextTable(numbers: [1])
        for bookmark in pipeline.bookmarks {
            let time = ISO8601.text(ofMilliseconds: bookmark.changedAt)
            let source = bookmark.source.map { ", for \($0)" } ?? ""
            bookmarks.append(bookmark.stage, bookmark.value, "set by \(bookmark.run) at \(time)\(source)")
        }
        return lines + bookmarks.lines(indent: 4)
    }

    private static func lines(_ checkpoint: StateFolder.Checkpoint, of pipeline: StateFolder.Pipeline) -> [String] {
        let isNext = !pipeline.isRunning && !["intended", "partly"].contains(pipeline.lastRun?.status)
        let way =
            checkpoint.isCurrent
            ? "the next run continues from here" : "from another version: the next run starts again"
        var places = TextTable()
        for (stage, position) in checkpoint.positions { places.append(stage, SourcePlace.words(position)) }
        var parts = TextTable(numbers: [1, 2])
        for part in checkpoint.parts {
            parts.append(
                part.file.path,
                part.file.records.counted("record"),
                part.file.bytes.byteText,
                part.condition
            )
        }
        return ["  checkpoint \(checkpoint.number)\(isNext ? "; \(way)" : "")"]
            + places.lines(indent: 4) + parts.lines(indent: 4)
    }

    var json: String {
        JSONResult.object { json in
            json.key("pipelines")
            json.array { json in
                for pipeline in pipelines { json.object { json in Self.write(pipeline, to: &json) } }
            }
        }
    }

    private static func write(_ pipeline: StateFolder.Pipeline, to json: inout JSONWriter) {
        json.member("pipeline", value: pipeline.name)
        json.member("running", value: pipeline.isRunning)
        if let run = pipeline.lastRun {
            json.key("run")
            json.object { json in
                json.member("run", value: run.id)
                json.member(statusOf: run)
                json.member("attempts", value: pipeline.attempts)
                json.member("started", value: ISO8601.text(ofMilliseconds: run.startedAt))
                if let ended = run.endedAt { json.member("ended", value: ISO8601.text(ofMilliseconds: ended)) }
            }
        }
        if let checkpoint = pipeline.checkpoint { checkpoint.write(to: &json) }
        json.key("bookmarks")
        json.array { json in for bookmark in pipeline.bookmarks { bookmark.write(to: &json) } }
    }
}

/// The deleted state of pipelines, as text and as JSON.
struct DeletedListing {
    private let deleted: [StateFolder.Deleted]

    init(_ deleted: [StateFolder.Deleted]) { self.deleted = deleted }

    var text: String { VisibleText.lines(deleted.map { "\($0.pipeline): \(Self.words($0))" }) }

    private static func words(_ deleted: StateFolder.Deleted) -> String {
        var items = deleted.bookmarks.map { "the bookmark of '\($0.stage)' (\($0.value))" }
        if let checkpoint = deleted.checkpoint {
            let count = checkpoint.parts.count
            let files = count == 0 ? "" : " and \(count.counted("unfinished file"))"
            items.append("checkpoint \(checkpoint.number)\(files)")
        }
        return items.isEmpty ? "nothing to delete" : "deleted \(items.joined(separator: ", "))"
    }

    var json: String {
        JSONResult.object { json in
            json.key("deleted")
            json.array { json in
                for what in deleted {
                    json.object { json in
                        json.member("pipeline", value: what.pipeline)
                        if let checkpoint = what.checkpoint { checkpoint.write(to: &json) }
                        json.key("bookmarks")
                        json.array { json in for bookmark in what.bookmarks { bookmark.write(to: &json) } }
                    }
                }
            }
        }
    }
}

/// Bookmarks that the next runs use, as text and as JSON.
struct AdoptedListing {
    private let adopted: [StateFolder.Adopted]

    init(_ adopted: [StateFolder.Adopted]) { self.adopted = adopted }

    var text: String {
        let lines = adopted.map { adopted in
            let count = adopted.bookmarks.counted("bookmark")
            let from = adopted.from == adopted.pipeline ? "" : " of '\(adopted.from)'"
            return "\(adopted.pipeline): the next run takes over \(count)\(from)"
        }
        return VisibleText.lines(lines)
    }

    var json: String {
        JSONResult.object { json in
            json.key("adopted")
            json.array { json in
                for adopted in adopted {
                    json.object { json in
                        json.member("pipeline", value: adopted.pipeline)
                        json.member("from", value: adopted.from)
                        json.member("bookmarks", value: adopted.bookmarks)
                    }
                }
            }
        }
    }
}

extension StateFolder.Pipeline {
    /// How the last run ended, or its progress.
    fileprivate var statusWords: String {
        guard let lastRun else { return "" }
        guard let words = lastRun.standing?.words else {
            return lastRun.status == "partly" ? "partly; the next run tries the rest first" : lastRun.status
        }
        return lastRun.status == "intended" ? "\(words) while it published; the next run finishes that first" : words
    }
}

extension StateFolder.UnfinishedFile {
    /// What is wrong with the file; empty if nothing is.
    fileprivate var condition: String {
        guard let size else { return "is gone" }
        return size < file.bytes ? "is too short: \(size.counted("byte"))" : ""
    }
}

extension StateFolder.Checkpoint {
    /// Writes the member `checkpoint` into an open object.
    fileprivate func write(to json: inout JSONWriter) {
        json.key("checkpoint")
        json.object { json in
            json.member("number", value: number)
            json.member("current", value: isCurrent)
            json.key("sources")
            json.array { json in
                for (stage, position) in positions {
                    json.object { json in
                        json.member("stage", value: stage)
                        SourcePlace(position)?.write(to: &json)
                    }
                }
            }
            json.key("parts")
            json.array { json in
                for part in parts {
                    json.object { json in
                        json.member("path", value: part.file.path)
                        json.member("records", value: part.file.records)
                        json.member("bytes", value: part.file.bytes)
                        if let size = part.size { json.member("size", value: size) }
                    }
                }
            }
        }
    }
}

extension StateFolder.Bookmark {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("stage", value: stage)
            if let number = Int64(value) {
                json.member("value", value: number)
            } else {
                json.member("value", value: value)
            }
            json.member("run", value: run)
            if let source { json.member("source", value: source) }
            if let file { json.member("file", value: file) }
            json.member("updated", value: ISO8601.text(ofMilliseconds: changedAt))
        }
    }
}

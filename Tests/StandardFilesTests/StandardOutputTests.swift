import Diagnostics
import Glibc
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import StandardFiles

@Suite struct StandardOutputTests {
    /// A pipe whose reading end collects what arrives.
    private struct Pipe {
        let reading, writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
        }

        func text() -> String {
            close(writing)
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(reading, &bytes, bytes.count)
            close(reading)
            return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
        }
    }

    /// The files of a sink of JSON lines that writes to a pipe.
    private func files(_ options: String = "", in folder: TemporaryFolder, to pipe: Pipe) throws -> PartFiles {
        let sink = try Bench(stateFolder: folder.path).sink(
            NamingSink.self,
            options: "path = \"-\"\n\(options)",
            input: Films.numbered(1).schema
        )
        return PartFiles(sink.place, in: sink.context, format: .lines, stream: StandardOutput(descriptor: pipe.writing))
    }

    /// Makes the options and the context of a sink available.
    private struct NamingSink: Sink {
        typealias Options = JSONLinesSink.Options
        static let name = "naming"
        static let summary = "Names the place that options state."
        static let commitment = Commitment.files
        let place: FilePlace
        let context: StageContext

        init(_ options: Options, input: Schema, in context: StageContext) throws {
            place = try FilePlace(options)
            self.context = context
        }

        func begin(at mark: Int?, attempt: Int) {}
        func write(_ batch: inout Batch, at mark: Int?) -> Int { 0 }
        func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: 0, written: 0) }
    }

    private func encoder(_ batch: Batch) throws -> JSONEncoder {
        let columns = try ColumnChoice(nil, of: batch.schema, at: nil)
        return JSONEncoder(columns, of: batch.schema, form: .lines, writesNulls: false)
    }

    private static let lines = "{\"title\":\"Film 1\",\"n\":1}\n{\"title\":\"Film 2\",\"n\":2}\n"

    @Test func `records wait for the commit, in a file of the state`() throws {
        let (folder, pipe) = (try TemporaryFolder(), try Pipe())
        let files = try files(in: folder, to: pipe)
        #expect(files.commitment == .refusable)
        let batch = Films.numbered(2)
        var encoder = try encoder(batch)
        try files.begin(at: nil)
        let mark = try files.write(batch, with: &encoder, at: nil)
        let delivery = try files.finish(at: mark, with: &encoder)
        #expect(delivery.files.isEmpty && delivery.written == 2)
        #expect(folder.files == ["output/bench-bench.out.part"])
        try files.commit(at: delivery.mark)
        files.abandon()
        #expect(pipe.text() == Self.lines)
        #expect(folder.files.isEmpty)
    }

    @Test func `a run that was interrupted while it committed delivers all records again`() throws {
        let (folder, pipe) = (try TemporaryFolder(), try Pipe())
        #expect {
            try files(in: folder, to: pipe).commit(at: FileMark())
        } throws: {
            ($0 as? Refused)?.reason.code == "file.output-interrupted"
        }
        #expect(pipe.text() == "")
    }

    @Test func `without a spool records leave as they come, and the run is not resumed`() throws {
        let (folder, pipe) = (try TemporaryFolder(), try Pipe())
        let files = try files("spool = false", in: folder, to: pipe)
        #expect(files.commitment == .immediate)
        let batch = Films.numbered(2)
        var encoder = try encoder(batch)
        try files.begin(at: nil)
        // Written twice at a mark, as after a failure that is transient.
        _ = try files.write(batch, with: &encoder, at: nil)
        let mark = try files.write(batch, with: &encoder, at: nil)
        #expect(files.parts(at: mark).isEmpty)
        #expect(try files.finish(at: mark, with: &encoder).written == 2)
        #expect(pipe.text() == Self.lines)
        #expect {
            try files.begin(at: mark)
        } throws: {
            ($0 as? Diagnostic)?.code == "file.output-not-resumable"
        }
    }

    @Test func `bytes that were written at an offset before are not repeated`() throws {
        let pipe = try Pipe()
        let output = StandardOutput(descriptor: pipe.writing)
        #expect(try output.write(Array("one\n".utf8).span, at: 0) == 4)
        #expect(try output.write(Array("one\ntwo\n".utf8).span, at: 0) == 8)
        #expect(try output.write(Array("two\n".utf8).span, at: 4) == 8)
        #expect(pipe.text() == "one\ntwo\n")
    }

    @Test func `a reader that has ended is an error, and not the end of the program`() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Pipe()
        close(pipe.reading)
        #expect {
            _ = try StandardOutput(descriptor: pipe.writing).write(Array("x".utf8).span, at: 0)
        } throws: {
            ($0 as? Diagnostic)?.code == "file.output-closed"
        }
        close(pipe.writing)
    }
}

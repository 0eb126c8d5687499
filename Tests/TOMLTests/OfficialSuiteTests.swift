import Diagnostics
import Foundation
import TOML
import Testing

/// The suite of the toml-test project, from a clone of it or a folder laid out like its `tests`.
private enum Suite {
    /// The folder that holds `files-toml-1.1.0`; nil if `TOML_TEST_DIR` is not set.
    static let folder: URL? = ProcessInfo.processInfo.environment["TOML_TEST_DIR"].map { path in
        let folder = URL(fileURLWithPath: path)
        let tests = folder.appendingPathComponent("tests")
        return FileManager.default.fileExists(atPath: tests.path) ? tests : folder
    }

    static func files(_ version: TOMLVersion, in kind: String) throws -> [String] {
        let folder = try #require(folder)
        let list = try String(
            contentsOf: folder.appendingPathComponent("files-toml-\(version.rawValue).0"),
            encoding: .utf8
        )
        return list.split(separator: "\n").map(String.init).filter { $0.hasPrefix(kind + "/") && $0.hasSuffix(".toml") }
    }

    static func bytes(_ file: String) throws -> [UInt8] {
        try contents(of: try #require(folder).appendingPathComponent(file))
    }
}

@Suite(.enabled(if: Suite.folder != nil, "TOML_TEST_DIR does not name a clone of github.com/toml-lang/toml-test"))
struct OfficialSuiteTests {
    @Test(arguments: TOMLVersion.allCases)
    func `every valid document of the official suite has the values that the suite says`(version: TOMLVersion) throws {
        let files = try Suite.files(version, in: "valid")
        #expect(files.count >= 210)
        var failures: [String] = []
        for file in files {
            let bytes = try Suite.bytes(file)
            let (document, problems) = TOMLDocument.recovering(bytes, name: file, options: .init(version: version))
            failures += problems.map { $0.rendered() }
            let ours = try JSONSerialization.jsonObject(with: Data(document.taggedJSON()))
            let theirs = try JSONSerialization.jsonObject(
                with: Data(try Suite.bytes(String(file.dropLast(4)) + "json"))
            )
            if !Self.isSame(ours, theirs) { failures.append("\(file) reads as \(ours)") }
        }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    @Test(arguments: TOMLVersion.allCases)
    func `every invalid document of the official suite is refused at a place inside it`(version: TOMLVersion) throws {
        let files = try Suite.files(version, in: "invalid")
        #expect(files.count >= 490)
        var failures: [String] = []
        for file in files {
            let bytes = try Suite.bytes(file)
            let (_, problems) = TOMLDocument.recovering(bytes, name: file, options: .init(version: version))
            guard case .text(let range) = problems.all.first?.place else {
                failures.append("\(file) is taken for valid")
                continue
            }
            let ends = bytes.dropLast().count { $0 == UInt8(ascii: "\n") }
            if range.start.line > ends + 1 { failures.append(problems.all[0].rendered()) }
        }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    private static func isSame(_ ours: Any, _ theirs: Any) -> Bool {
        switch (ours, theirs) {
        case (let ours as [Any], let theirs as [Any]):
            return ours.count == theirs.count && zip(ours, theirs).allSatisfy { isSame($0, $1) }
        case (let ours as [String: Any], let theirs as [String: Any]):
            if let type = theirs["type"] as? String, let value = theirs["value"] as? String, theirs.count == 2 {
                guard ours["type"] as? String == type, let own = ours["value"] as? String else { return false }
                switch type {
                case "float":
                    return Double(own).map { $0.isNaN } == true ? value.hasSuffix("nan") : Double(own) == Double(value)
                case "datetime", "datetime-local", "time-local": return own == normalised(value)
                default: return own.utf8.elementsEqual(value.utf8)
                }
            }
            guard ours.count == theirs.count else { return false }
            return theirs.allSatisfy { key, value in ours[key].map { isSame($0, value) } ?? false }
        default:
            return false
        }
    }

    /// Without zeros at the end of a fraction.
    private static func normalised(_ time: String) -> String {
        guard let point = time.firstIndex(of: ".") else { return time }
        let end = time[point...].dropFirst().firstIndex { !$0.isNumber } ?? time.endIndex
        var fraction = time[point..<end]
        while fraction.last == "0" { fraction.removeLast() }
        return String(time[..<point]) + (fraction == "." ? "" : fraction) + time[end...]
    }
}

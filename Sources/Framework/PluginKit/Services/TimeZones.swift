public import Diagnostics
public import Formats
internal import Glibc

/// Finds the rules of time zones in the system's database.
public struct TimeZones: Sendable {
    private let folders: [String]
    private let environment: [String: String]

    /// The system's database: `$TZDIR`, `/usr/share/zoneinfo`.
    public init(environment: [String: String] = [:]) {
        folders = [environment["TZDIR"], "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"].compactMap { $0 }
        self.environment = environment
    }

    /// The rules of a zone.
    ///
    /// - Parameters:
    ///   - name: An IANA name; `local` for the machine's own; `UTC`.
    ///   - place: Where the name was written.
    /// - Returns: The rules.
    /// - Throws: `zone.unknown`, at `place`, with the nearest name.
    public func rules(for name: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) -> TimeZoneRules {
        switch name {
        case "UTC", "Etc/UTC", "Z": return .utc
        case "local": return try localRules(at: place)
        default: return try namedRules(name, at: place)
        }
    }

    private func namedRules(_ name: String, at place: Diagnostic.Place?) throws(Diagnostic) -> TimeZoneRules {
        let isName = !name.isEmpty && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
        for folder in folders where isName {
            guard let bytes = try? InputFile("\(folder)/\(name)").readAll(atMost: 1 << 20) else { continue }
            if let rules = try? TimeZoneRules(parsing: bytes, name: name) { return rules }
        }
        guard folders.contains(where: FileSystem.isFolder) else {
            throw Diagnostic(
                "environment.time-zones",
                "this machine has no time zone database",
                at: place,
                hint: "install the package 'tzdata'"
            )
        }
        throw Diagnostic(
            "zone.unknown",
            "there is no time zone '\(name)'",
            at: place,
            hint: suggestion(for: name, among: knownNames).map { "did you mean '\($0)'?" }
                ?? "an IANA name such as Europe/Paris or America/New_York; 'local' is this machine's"
        )
    }

    /// `$TZ`, else `/etc/localtime`, else UTC: the order of the C library.
    ///
    /// - Throws: what is wrong with a file that is there; days that are silently those of another zone are no help.
    private func localRules(at place: Diagnostic.Place?) throws(Diagnostic) -> TimeZoneRules {
        guard let setting = environment["TZ"], !setting.isEmpty else {
            guard FileSystem.exists("/etc/localtime") else { return .utc }
            return try fileRules("/etc/localtime", name: localName)
        }
        let name = setting.hasPrefix(":") ? String(setting.dropFirst()) : setting
        if name.hasPrefix("/") { return try fileRules(name, name: name) }
        if let rules = TimeZoneRules(posix: name) { return rules }
        return try rules(for: name == "local" ? "UTC" : name, at: place)
    }

    private func fileRules(_ path: String, name: String) throws(Diagnostic) -> TimeZoneRules {
        try TimeZoneRules(parsing: try InputFile(path).readAll(atMost: 1 << 20), name: name)
    }

    /// The IANA name behind `/etc/localtime`, which is a link into the database on most systems.
    private var localName: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = max(0, readlink("/etc/localtime", &buffer, buffer.count))
        let target = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let folder = target.range(of: "zoneinfo/") else { return "local" }
        return String(target[folder.upperBound...])
    }

    private var knownNames: [String] {
        for folder in folders {
            guard let table = try? InputFile("\(folder)/tzdata.zi").readAll(atMost: 1 << 22) else { continue }
            // A line `Z Name …` is a zone, a line `L Target Name` another name of one.
            return String(decoding: table, as: UTF8.self).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                switch words.first {
                case "Z": return words.count > 1 ? String(words[1]) : nil
                case "L": return words.count > 2 ? String(words[2]) : nil
                default: return nil
                }
            }
        }
        return []
    }
}

extension String {
    /// Where a text occurs first.
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}

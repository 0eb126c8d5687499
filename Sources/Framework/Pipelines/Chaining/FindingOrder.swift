package import Diagnostics

extension Diagnostic {
    /// Identifies a finding: one that is found in several ways is reported once.
    package var identity: String {
        let place =
            switch place {
            case .text(let range): "\(range.text.name):\(range.offsets)"
            case .stage(let stage, let position): "\(stage) \(position ?? "")"
            case .file(let path): path
            case nil: ""
            }
        return "\(place) \(code) \(message)"
    }
}

extension DiagnosticList {
    /// The findings grouped by file, and sorted by position within each.
    package var inOrderOfFiles: DiagnosticList {
        var files: [String] = []
        var found: [String: DiagnosticList] = [:]
        for finding in all {
            let name =
                switch finding.place {
                case .text(let range): range.text.name
                case .file(let path): path
                case .stage, nil: ""
                }
            if found[name] == nil { files.append(name) }
            found[name, default: DiagnosticList()].append(finding)
        }
        return with(files.flatMap { found[$0]?.inOrderOfText.all ?? [] })
    }
}

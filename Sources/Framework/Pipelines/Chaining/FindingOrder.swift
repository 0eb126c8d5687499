package import Diagnostics

extension Diagnostic {
    /// What tells a finding from every other: the same is said once, however many ways lead to it.
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
    /// The findings file by file, those of a text in its order.
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

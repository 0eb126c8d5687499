internal import Diagnostics

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

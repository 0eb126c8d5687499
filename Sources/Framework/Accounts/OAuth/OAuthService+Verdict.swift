internal import Diagnostics
internal import PluginKit

extension OAuthService {
    /// The meaning of an answer: according to the service, or else to the standards.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - question: The kind of request.
    /// - Returns: The meaning.
    func verdict(on response: HTTPResponse, to question: Question) -> OAuthVerdict {
        if let own = reading(response, question) { return own }
        let problem = OAuthProblem(self)
        switch response.status {
        case 200...299: return .granted
        case 429 where question == .deviceToken: return .tooFast(response.headers.retryAfter())
        case 408, 429, 500...599: return .problem(problem.busy(response))
        default: return OAuthVerdict(namedIn: response) ?? .problem(problem.undocumented(response.status))
        }
    }
}

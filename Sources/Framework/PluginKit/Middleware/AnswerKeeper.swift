/// A layer that may have the answer to a call at hand.
///
/// What it could give in `handle` without waiting it gives here first, in two thirds of the time: no closure is made, and
/// the types of the call, which a layer does not know, are dealt with where they are known.
public protocol AnswerKeeper: Middleware {
    /// Gives the answer to a call if it is there, may be given, and asks for nothing else to be done.
    ///
    /// It is asked only about calls of the kinds in `calls` whose answer something identifies.
    ///
    /// - Parameters:
    ///   - key: What it is the answer to.
    ///   - subject: Who is asked, for people.
    ///   - take: Makes an answer of its bytes, and says whether they are of use.
    /// - Returns: Whether the call has its answer; otherwise `handle` sees to it.
    func giveAtOnce(_ key: CacheKey, of subject: String, _ take: ([UInt8]) -> Bool) -> Bool
}

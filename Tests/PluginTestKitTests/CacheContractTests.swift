import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.contract)) struct CacheContractTests {
    private let promise = CacheContract.Promise(ttl: .seconds(10), entries: 300)

    @Test func `a good cache passes`() async throws {
        try await CacheContract.verify(FlawedCache.self, promise: promise)
    }

    @Test(arguments: [
        (FlawedCache.Flaw.keepsNothing, ContractViolation.Law.keptAnswerIsGiven), (.cutsAnswers, .keptAnswerIsGiven),
        (.keepsForever, .answerHoldsItsTime),
        (.endsEarly, .answerHoldsItsTime), (.livesOnByUse, .answerHoldsItsTime),
        (.mixesKeys, .answersKeepToTheirKeys), (.keepsWithoutIdentity, .withoutIdentityAlwaysCalled),
        (.keepsForbidden, .forbiddenIsNotKept), (.keepsFailures, .failureIsNotKept), (.letsAllCall, .oneCallForMany),
        (.cancelsAll, .cancelledLeavesAlone), (.knowsNoBounds, .boundsHold),
    ])
    func `a cache with a flaw is caught by its law`(flaw: FlawedCache.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await CacheContract.verify(FlawedCache.self, options: "flaw = '\(flaw.rawValue)'", promise: promise)
        }
        #expect(violation?.law == law)
    }
}

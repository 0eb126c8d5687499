import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.contract)) struct LayerContractTests {
    @Test func `a good layer passes`() async throws {
        try await MiddlewareContract.verify(FlawedLayer.self)
        try await PoolContract.verify(FlawedLayer.self, places: 2, options: "")
        try await LimiterContract.verify(FlawedLayer.self, requests: 2, per: .seconds(1), options: "paces = true")
    }

    @Test(arguments: [
        (FlawedLayer.Flaw.answersItself, ContractViolation.Law.answersPass), (.hidesFailures, .failuresPass),
        (.hidesCancellation, .cancellationPasses), (.wrapsOthers, .othersAreLeftAlone),
    ])
    func `a layer with a flaw is caught by its law`(flaw: FlawedLayer.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await MiddlewareContract.verify(FlawedLayer.self, options: "flaw = '\(flaw.rawValue)'")
        }
        #expect(violation?.law == law)
    }

    @Test(arguments: [
        (FlawedLayer.Flaw.hasAPlaceMore, ContractViolation.Law.neverMoreThanPlaces),
        (.lastComesFirst, .firstComesFirst), (.keepsPlacesOfFailed, .placesComeBack),
    ])
    func `a pool with a flaw is caught by its law`(flaw: FlawedLayer.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await PoolContract.verify(FlawedLayer.self, places: 2, options: "flaw = '\(flaw.rawValue)'")
        }
        #expect(violation?.law == law)
    }

    @Test(arguments: [
        (FlawedLayer.Flaw.countsByTheSecond, ContractViolation.Law.noWindowIsFuller),
        (.keepsMomentsOfStopped, .slotsAreReturned),
    ])
    func `a limiter with a flaw is caught by its law`(flaw: FlawedLayer.Flaw, law: ContractViolation.Law) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await LimiterContract.verify(
                FlawedLayer.self,
                requests: 2,
                per: .seconds(1),
                options: "paces = true\nflaw = '\(flaw.rawValue)'"
            )
        }
        #expect(violation?.law == law)
    }

    private static let bounds = RetryContract.Bounds(
        attempts: 4,
        elapsed: .seconds(60),
        ceilings: [.seconds(1), .seconds(2), .seconds(4)]
    )

    @Test(arguments: UInt64(1)...5)
    func `a good layer that repeats passes`(seed: UInt64) async throws {
        try await RetryContract.verify(FlawedRetry.self, bounds: Self.bounds, seed: seed)
    }

    @Test(arguments: [
        (FlawedRetry.Flaw.givesUpTooSoon, ContractViolation.Law.transientIsRetried),
        (.endsWhereNobodyIsLetIn, .transientIsRetried), (.repeatsWhatLasts, .permanentIsNotRetried),
        (.repeatsWhatIsCalledOff, .permanentIsNotRetried),
        (.triesOnceMore, .attemptsAreBounded), (.hasAllTheTime, .elapsedIsBounded),
        (.ignoresAskedPause, .askedPauseIsKept), (.waitsInVain, .askedPauseIsKept),
        (.hasFixedPauses, .pausesAreDrawn), (.hasLongPauses, .pausesAreDrawn),
        (.sleepsThrough, .cancellationEndsPause), (.tellsTheFirst, .lastFailureIsReported),
        (.tellsItsOwn, .lastFailureIsReported), (.forgetsAskedPause, .lastFailureIsReported),
    ])
    func `a layer that repeats with a flaw is caught by its law`(
        flaw: FlawedRetry.Flaw,
        law: ContractViolation.Law
    ) async {
        let violation = await #expect(throws: ContractViolation.self) {
            try await RetryContract.verify(FlawedRetry.self, bounds: Self.bounds, options: "flaw = '\(flaw.rawValue)'")
        }
        #expect(violation?.law == law, "\(violation?.detail ?? "")")
    }
}

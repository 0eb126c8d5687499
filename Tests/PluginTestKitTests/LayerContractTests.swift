import PluginKit
import PluginTestKit
import Testing

@Suite struct LayerContractTests {
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
        (.keepsMomentsOfStopped, .momentsComeBack),
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
}

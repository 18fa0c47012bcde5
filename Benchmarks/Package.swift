// swift-tools-version: 6.2
import PackageDescription

// Our side of every workload of `tools/bench`. A package of its own, so that nothing else builds it.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "daybook", path: "..")],
    targets: [
        .executableTarget(
            name: "ledger-bench",
            dependencies: [
                .product(name: "Embedding", package: "daybook"),
                .product(name: "EventSourcing", package: "daybook"),
                .product(name: "JobFixtures", package: "daybook"),
                .product(name: "Ledger", package: "daybook"),
                .product(name: "Mapping", package: "daybook"),
                .product(name: "Retrieval", package: "daybook"),
                .product(name: "ViewStore", package: "daybook"),
                .product(name: "Views", package: "daybook"),
                .product(name: "Wire", package: "daybook"),
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
                .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
            ])
    ]
)

from typing import Annotated

import strawberry
from strawberry import relay

from schema.context import Info
from schema.ids import row_id
from schema.permissions import SignedIn, actor
from schema.subgroup import CreateSubgroupInput, Subgroup, SubgroupResult, UpdateSubgroupInput
from services import subgroups


@strawberry.type
class SubgroupMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Let members of a group settle as one, such as a couple or a family.",
    )
    async def create_subgroup(self, info: Info, input: CreateSubgroupInput) -> SubgroupResult:
        async with info.context.db.transaction() as tx:
            row = await subgroups.create(tx, actor(info), input.to_domain())
        return Subgroup.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Change a subgroup's name, members or payer."
    )
    async def update_subgroup(self, info: Info, input: UpdateSubgroupInput) -> SubgroupResult:
        subgroup_id, changes = row_id(input.subgroup_id, "Subgroup"), input.to_domain()
        async with info.context.db.transaction() as tx:
            row = await subgroups.update(tx, actor(info), subgroup_id, input.if_version, changes)
        return Subgroup.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Let the members of a subgroup settle each alone again.",
    )
    async def dissolve_subgroup(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Which subgroup.")],
    ) -> SubgroupResult:
        async with info.context.db.transaction() as tx:
            row = await subgroups.dissolve(tx, actor(info), row_id(id, "Subgroup"))
        return Subgroup.of(row)

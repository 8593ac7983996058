# A deregistered revision stays describable, is refused for new tasks, and its tasks run on. The name alone means the
# newest ACTIVE revision.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"a","memory":64}]}
| taskDefinition.taskDefinitionArn
< 200 {"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:task-definition/hello:1"}}
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"b","memory":64}]}
| taskDefinition.taskDefinitionArn
< 200 {"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:task-definition/hello:2"}}
> ecs RunTask {"taskDefinition":"hello:2"}
| tasks.taskArn
< 200 {"tasks":[{"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1"}]}
> ecs DeregisterTaskDefinition {"taskDefinition":"hello"}
< 400 {"__type":"ClientException","message":"Invalid revision number. Revision should be specified."}
> ecs DeregisterTaskDefinition {"taskDefinition":"hello:2"}
| taskDefinition.status taskDefinition.revision taskDefinition.deregisteredAt
< 200 {"taskDefinition":{"status":"INACTIVE","revision":2,"deregisteredAt":"+1.019s"}}
> ecs RunTask {"taskDefinition":"hello:2"}
< 400 {"__type":"ClientException","message":"TaskDefinition is inactive"}
> ecs RunTask {"taskDefinition":"hello:7"}
< 400 {"__type":"ClientException","message":"TaskDefinition not found."}
> ecs RunTask {"taskDefinition":"hello"}
| tasks.taskDefinitionArn
< 200 {"tasks":[{"taskDefinitionArn":"arn:aws:ecs:us-east-1:000000000000:task-definition/hello:1"}]}
> ecs DescribeTaskDefinition {"taskDefinition":"hello:2"}
| taskDefinition.status taskDefinition.containerDefinitions.image
< 200 {"taskDefinition":{"status":"INACTIVE","containerDefinitions":[{"image":"b"}]}}
> ecs ListTaskDefinitions {"familyPrefix":"hello","status":"INACTIVE"}
< 200 {"taskDefinitionArns":["arn:aws:ecs:us-east-1:000000000000:task-definition/hello:2"]}
@ +2s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.taskDefinitionArn
< 200 {
    "tasks": [
      {
        "lastStatus": "RUNNING",
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:000000000000:task-definition/hello:2"
      }
    ]
  }
> ecs DeregisterTaskDefinition {"taskDefinition":"hello:1"}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"INACTIVE"}}
> ecs RunTask {"taskDefinition":"hello"}
< 400 {"__type":"ClientException","message":"TaskDefinition not found."}

# The kernel kills a container for its memory: the container says so, with 137.
! image greedy is killed for memory after 3s
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"greedy","containerDefinitions":[{"name":"web","image":"greedy","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"greedy"}
| tasks.taskArn
< 200 {"tasks":[{"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1"}]}
@ +10s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.stopCode tasks.stoppedReason tasks.containers.exitCode tasks.containers.reason
< 200 {
    "tasks": [
      {
        "lastStatus": "STOPPED",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"exitCode":137,"reason":"OutOfMemoryError: Container killed due to memory usage"}]
      }
    ]
  }

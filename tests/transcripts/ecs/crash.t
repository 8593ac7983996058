# The server dies between a call and the report of what came of it. The node goes on without it and tells the next
# server what it missed.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"a","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"hello","count":2}
| tasks.taskArn tasks.lastStatus tasks.version
< 200 {
    "tasks": [
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1","lastStatus":"PENDING","version":1},
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task2","lastStatus":"PENDING","version":1}
    ]
  }
@ +500ms
! server dies
> ecs ListTasks {}
< ConnectFailed
@ +30s
! container $task2/web exits 3
@ +30s
! server starts
> ecs DescribeTasks {"tasks":["$task1","$task2"]}
| tasks.lastStatus tasks.version
< 200 {"tasks":[{"lastStatus":"PENDING","version":1},{"lastStatus":"PENDING","version":1}]}
@ +1m
> ecs DescribeTasks {"tasks":["$task1","$task2"]}
| tasks.lastStatus tasks.stopCode tasks.executionStoppedAt tasks.containers.exitCode
< 200 {
    "tasks": [
      {"lastStatus":"RUNNING","containers":[{}]},
      {
        "lastStatus": "STOPPED",
        "stopCode": "EssentialContainerExited",
        "executionStoppedAt": "+31.515s",
        "containers": [{"exitCode":3}]
      }
    ]
  }

# Stopped while its server dies: it stops all the same.
> ecs StopTask {"task":"$task1"}
| task.lastStatus
< 200 {"task":{"lastStatus":"STOPPING"}}
! crash
@ +30s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.stopCode tasks.containers.exitCode
< 200 {"tasks":[{"lastStatus":"STOPPED","stopCode":"UserInitiated","containers":[{"exitCode":143}]}]}
